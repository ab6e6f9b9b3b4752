"""What Stopline keeps."""
