"""Files of other providers: what they say about consent, read and written."""
