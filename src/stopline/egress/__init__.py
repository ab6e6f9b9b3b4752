"""The one guarded way out to other people's HTTP servers."""
