"""The commands, one file each. They translate, call one flow, print."""
