"""`python -m stopline` is `stopline`."""

from stopline.cli import main

main()
