# A payment that its buyer contests with the bank.
dispute-title = Dispute of order { $code }
dispute-file = Evidence as a file
dispute-clock = Your answer
dispute-claimed = Claimed by the buyer
dispute-reference = Name at the provider
dispute-note = Your note
dispute-note-hint = It is handed in beside the evidence on this page. Say what the bank cannot see here, such as what the buyer wrote to you.
dispute-note-save = Save note
dispute-send = Send the evidence now
dispute-send-text = The bank takes one answer. Everything on this page and your note go to it as they stand, and cannot be changed afterwards.
dispute-send-confirm = Send
dispute-concede = Accept the dispute
dispute-concede-text = The buyer keeps { $amount }, and the fee of the dispute stays. This cannot be undone.
dispute-concede-confirm = Accept, and do not fight it
dispute-history = What was done
dispute-order = The order
dispute-paid = Paid
dispute-payment = Payment
dispute-payer = Who paid
dispute-earlier = Earlier payments that nobody contested
dispute-terms = Terms for returning tickets
dispute-terms-shown = Shown on the event’s page and before paying, { $at } ({ $id })
dispute-terms-none = No terms were shown: tickets are for a date, and you decide.
dispute-scans = At the door
dispute-scans-none = No ticket was scanned.
dispute-sealed = { $count ->
    [0] The sealed record has no entry about them yet.
    [one] One entry of the sealed record is added to the evidence.
   *[other] { $count } entries of the sealed record are added to the evidence.
}
dispute-left-days = { $days ->
    [one] 1 day
   *[other] { $days } days
} and { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
} left
dispute-left-hours = { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
} and { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
} left
dispute-next-sends = If you do nothing, the evidence on this page is sent by itself a day and a half before the time is up.
dispute-next-sent = The evidence was sent { $at }. The bank decides, which can take two or three months.
dispute-next-conceded = You accepted the dispute { $at }. The buyer keeps the money.
dispute-next-deciding = The evidence is with the bank, which decides. That can take two or three months.
dispute-next-late = The time is up: nothing can be sent any more.
dispute-next-over = It is decided. Nothing is left to be done.
dispute-why-fraudulent = The buyer says: it was not me who paid
dispute-why-unrecognized = The buyer does not recognise the payment
dispute-why-not-received = The buyer says that nothing was received
dispute-why-unacceptable = The buyer says that it was not as described
dispute-why-duplicate = The buyer says that it was paid twice
dispute-why-credit = The buyer says that a refund did not come
dispute-why-canceled = The buyer says that it had been cancelled
dispute-why-bank = The bank says that it could not make the payment
dispute-why-general = The buyer gave no particular reason
dispute-bank-asked = The buyer’s bank was asked to make sure who pays.
dispute-bank-not-asked = The buyer’s bank was free to ask who pays; nothing made us insist.
dispute-network = Network that the order came from: mark { $mark }
dispute-browser = Browser that it came from: mark { $mark }
dispute-payer-unknown = Nothing is kept of where the order came from.
dispute-history-sent = Two of them are handed in as proof that the card’s owner knows this shop.
dispute-history-few = The bank takes two such payments as proof; there is only one.
dispute-scan-admitted = Came in
dispute-scan-refused = Turned away
dispute-seen-network = Same mail address and network
dispute-seen-browser = Same mail address and browser
dispute-seen-both = Same mail address, network and browser
dispute-did-moved = The provider told something new
dispute-did-noted = Note changed
dispute-did-answered = Evidence sent
dispute-did-conceded = Dispute accepted
dispute-did-opened = Dispute opened by the buyer’s bank
flash-dispute-noted = The note is saved.
flash-dispute-answered = The evidence is sent.
flash-dispute-conceded = The dispute is accepted.
flash-dispute-refused = The provider refused it. Look at the dispute again in a moment.
flash-dispute-no-answer = The provider gave no answer. Try again in a moment: nothing is sent twice.
