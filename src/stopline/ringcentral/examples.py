"""Three things a newcomer can type: printed with the demo account."""

import json

# Of the block set aside for fiction; the simulator delivers to it at once.
_PERSON = "+13125550163"

_TEMPLATE = """\
1. Text somebody, with curl:

  token=$(curl -s -u {client_id}:{client_secret} {url}/restapi/oauth/token \\
    -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer \\
    -d assertion={jwt} |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
  curl -s {url}/restapi/v1.0/account/~/a2p-sms/batches \\
    -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \\
    -d '{batch}'

2. See who said stop, with the official Python SDK (pip install ringcentral):

  python3 - <<'END'
  import json; from ringcentral import SDK
  c = json.load(open("{path}"))
  platform = SDK(c["client_id"], c["client_secret"], c["server_url"]).platform()
  platform.login(jwt=c["jwt"])
  opt_outs = "/restapi/v1.0/account/~/a2p-sms/opt-outs"
  print(platform.get(opt_outs, {{"from": c["senders"][0]}}).text())
  END

3. Be the person, and text STOP through the simulator; then do 1 and 2 again:

  curl -s {url}/simulator/messages -H 'Content-Type: application/json' \\
    -d '{stop}'
"""


def render_examples(
    *, url: str, client_id: str, client_secret: str, jwt: str, sender: str, path: str
) -> str:
    """The commands with this installation's values, ready to be copied into a shell."""
    batch = {"from": sender, "text": "Hello", "messages": [{"to": [_PERSON]}]}
    stop = {"from": _PERSON, "to": sender, "text": "STOP"}
    return _TEMPLATE.format(
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        jwt=jwt,
        path=path,
        batch=json.dumps(batch),
        stop=json.dumps(stop),
    )
