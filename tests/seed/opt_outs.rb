# Log in and list opt-outs with the very requests that the official Ruby SDK was captured sending:
# the seed page's sample puts its parameters into one that nobody knows, so everything is listed.
# Each request is shown on standard error, the list on standard output.

require "base64"
require "json"
require "socket"
require "uri"

SERVER = URI(ENV.fetch("RINGCENTRAL_SERVER"))

def exchange(head, body = "")
  request = "#{head}\r\nHost: #{SERVER.host}:#{SERVER.port}\r\nConnection: close\r\n"
  request += "Content-Length: #{body.bytesize}\r\n" unless body.empty?
  request += "\r\n#{body}"
  $stderr.print(request, "\n----\n")
  socket = TCPSocket.new(SERVER.host, SERVER.port)
  socket.write(request)
  answer_head, answer_body = socket.read.split("\r\n\r\n", 2)
  abort(answer_head) unless answer_head.include?("200 OK")
  answer_body
end

client = Base64.strict_encode64(
  "#{ENV.fetch('RINGCENTRAL_CLIENTID')}:#{ENV.fetch('RINGCENTRAL_CLIENTSECRET')}"
)
login = URI.encode_www_form(
  grant_type: "password",
  username: ENV.fetch("RINGCENTRAL_USERNAME"),
  extension: ENV.fetch("RINGCENTRAL_EXTENSION"),
  password: ENV.fetch("RINGCENTRAL_PASSWORD")
)
answer = exchange(
  "POST /restapi/oauth/token HTTP/1.1\r\n" \
  "X-User-Agent: ringcentral-ruby\r\nAuthorization: Basic #{client}\r\n" \
  "Accept: application/json\r\nAccept-Encoding: identity\r\n" \
  "Content-Type: application/x-www-form-urlencoded",
  login
)
token = JSON.parse(answer)["access_token"]
query = URI.encode_www_form(payload: "{:from=>\"#{ENV.fetch('RINGCENTRAL_FROM')}\"}")
puts exchange(
  "GET /restapi/v1.0/account/~/a2p-sms/opt-outs?#{query} HTTP/1.1\r\n" \
  "X-User-Agent: ringcentral-ruby\r\nAuthorization: Bearer #{token}\r\n" \
  "Accept: application/json"
)
