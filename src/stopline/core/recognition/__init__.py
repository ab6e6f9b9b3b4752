"""Understanding "stop" however people say it: keyword slips and requests in free text."""
