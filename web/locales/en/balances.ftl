# What providers say of balances, and whether it is what the books say.
ledger-unexplained = Nobody can explain it yet
door-suspended = Payment contested: send to the box office
