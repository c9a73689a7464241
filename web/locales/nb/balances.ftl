# What providers say of balances, and whether it is what the books say.
ledger-unexplained = Uten forklaring så langt
door-suspended = Betalingen er bestridt: send til billettluken
