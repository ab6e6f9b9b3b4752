"""WebSockets: their tokens, who holds which, and what is sent again after a cut."""

from stopline.core.access import Principal, TokenKind, make_token, owner_bucket, token_hash
from stopline.store.tx import Tx

# Documents say 30 s to 10 min; clients use one token again until 0.8 of its life.
SOCKET_TOKEN_LIFE_S = 600


def issue_socket_token(tx: Tx, principal: Principal) -> str:
    """A token with which the caller's session opens WebSockets."""
    bucket = owner_bucket(principal.user_id)
    token = make_token(bytes.fromhex(tx.random_hex(32)), bucket)
    tx.sessions.add_token(
        bucket,
        token_hash(token),
        TokenKind.SOCKET,
        principal.session_id,
        tx.now_ms,
        tx.now_ms + SOCKET_TOKEN_LIFE_S * 1_000,
    )
    return token
