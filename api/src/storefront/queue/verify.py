# Verifies a draw: python3 verify.py <commitment> <seed> <seats> [<your number>]
import sys
from hashlib import sha256

commitment, seed, seats = sys.argv[1], bytes.fromhex(sys.argv[2]), int(sys.argv[3])
assert sha256(seed).hexdigest() == commitment, "this is not the seed that was promised"
key = sha256(seed + seats.to_bytes(8, "big")).digest()
half = 1
while 4**half < seats:
    half += 1
mask = 2**half - 1

def step(number):
    left, right = number >> half, number & mask
    for turn in range(8):
        digest = sha256(key + bytes([turn]) + right.to_bytes(8, "big")).digest()
        left, right = right, left ^ (int.from_bytes(digest[:8], "big") & mask)
    return left << half | right

def place(seat):
    number = step(seat)
    while number >= seats:
        number = step(number)
    return number  # 0 is let in first

assert sorted(map(place, range(seats))) == list(range(seats)), "a place is missing"
for seat in map(int, sys.argv[4:] or range(seats)):
    print(seat, place(seat) if seat < seats else seat)
