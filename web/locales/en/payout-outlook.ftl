# When the money of an event would be paid out.
outlook-title = When you would be paid
outlook-basis = If as many tickets are sold on each day from { $from } on, and by what holds for your account today.
outlook-warning = The event ends more than { $days } days after the first sale. About { $share } % of the money would be paid out before it takes place, because the payment provider may not keep it longer. If the event is called off, you give it back.
outlook-limit = In all no more than { $limit } goes before an event is over; what is above that stays a few days longer.
outlook-deadline = The payment provider may not keep it longer.
outlook-release = Five working days after the event.
outlook-reserve = A reserve for what is given back or contested after the event.
