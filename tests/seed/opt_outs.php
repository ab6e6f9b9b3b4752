<?php
// Log in and list opt-outs with the very requests that the official PHP SDK was captured sending.
// Each request is shown on standard error, the list on standard output.

function exchange(string $head, string $body = ""): string
{
    $server = parse_url(getenv("RINGCENTRAL_SERVER"));
    $request = "$head\r\nHost: {$server["host"]}:{$server["port"]}\r\nConnection: close\r\n"
        . ($body === "" ? "" : "Content-Length: " . strlen($body) . "\r\n") . "\r\n$body";
    fwrite(STDERR, $request . "\n----\n");
    $socket = stream_socket_client("tcp://{$server["host"]}:{$server["port"]}", timeout: 10);
    fwrite($socket, $request);
    [$answer_head, $answer_body] = explode("\r\n\r\n", stream_get_contents($socket), 2);
    if (!str_contains($answer_head, "200 OK")) {
        exit("$answer_head\n$answer_body");
    }
    return $answer_body;
}

$client = base64_encode(getenv("RINGCENTRAL_CLIENTID") . ":" . getenv("RINGCENTRAL_CLIENTSECRET"));
$login = http_build_query([
    "grant_type" => "password",
    "username" => getenv("RINGCENTRAL_USERNAME"),
    "extension" => getenv("RINGCENTRAL_EXTENSION"),
    "password" => getenv("RINGCENTRAL_PASSWORD"),
    "access_token_ttl" => 3600,
    "refresh_token_ttl" => 604800,
]);
$answer = exchange(
    "POST /restapi/oauth/token HTTP/1.1\r\n"
    . "User-Agent: RCPHPSDK/2.3.6\r\nRC-User-Agent: RCPHPSDK/2.3.6\r\n"
    . "Authorization: Basic $client\r\nAccept: application/json\r\n"
    . "Content-Type: application/x-www-form-urlencoded",
    $login
);
$token = json_decode($answer)->access_token;
$query = http_build_query(["from" => getenv("RINGCENTRAL_FROM")]);
echo exchange(
    "GET /restapi/v1.0/account/~/a2p-sms/opt-outs?$query HTTP/1.1\r\n"
    . "User-Agent: RCPHPSDK/2.3.6\r\nRC-User-Agent: RCPHPSDK/2.3.6\r\n"
    . "Authorization: bearer $token\r\nAccept: application/json\r\nContent-Type: application/json"
);
