# What providers say of balances, and whether it is what the books say.
ledger-unexplained = Nobody can explain it yet
door-suspended = Payment contested: send to the box office
mail-subject-money = Money of { $event }: please look
mail-money-inquiry = A buyer’s bank asks about a payment. No money has moved yet, and the tickets admit as before.
mail-money-contest = A buyer contests a payment, and the bank has taken the money back for now. The tickets do not admit while this lasts.
mail-money-won = A contest was decided for you: the money is yours again, and the tickets admit.
mail-money-lost = A contest was decided for the buyer: the money is gone. If the event is still to come, the tickets are void and their places are on sale.
mail-money-fraud = A card scheme warned that a payment is fraud, and nobody had come in with its tickets. The money went back to the card’s owner before it was contested, which saves the fee; the tickets are void.
mail-money-bank = The bank account that you are paid out to was changed. If it was not you, tell us at once: nothing is paid out until then.
mail-money-amount = Amount
mail-money-due = To be answered by
mail-money-rests = Nothing is paid out until
mail-money-evidence = The evidence is put together from what the shop has kept, and handed in by itself on the last day.
mail-money-open = Open the console
