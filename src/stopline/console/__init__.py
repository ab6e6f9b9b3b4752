"""The console: pages for people, rendered here, on the same flows as the API."""
