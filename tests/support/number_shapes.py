"""How carriers write one number: (type of number, address, what it is)."""

PERSON = "+13125550142"

SHAPES = [
    (1, b"13125550142", PERSON),
    (1, b"+13125550142", PERSON),
    (1, b"0013125550142", PERSON),
    (1, b"01113125550142", PERSON),
    (2, b"3125550142", PERSON),
    (2, b"13125550142", PERSON),
    (0, b"3125550142", PERSON),
    (0, b"13125550142", PERSON),
    (0, b"+1 312 555 0142", PERSON),
    (0, b"(312) 555-0142", PERSON),
    (0, b"0013125550142", PERSON),
    (0, b"01113125550142", PERSON),
    (3, b"12345", "12345"),
    (5, b"ACME Shop", "ACME Shop"),
    (1, b"442071838750", "+442071838750"),
]
