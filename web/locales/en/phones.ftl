# Codes for staff by text message.

phone-title = Text messages
phone-text = A code is sent to your phone when you log in. Weaker than a passkey or an app, because messages can be read on their way.
phone-none = Off
phone-number = Mobile number
phone-number-hint = With the country, such as +47 400 00 000.
phone-send = Send a code
phone-sent = A code was sent to the number that ends in { $hint }.
phone-code = Code from the message
phone-confirm = Confirm number
phone-again = Send another
phone-since = Codes go to the number that ends in { $hint }, since
phone-remove = Remove
sms-ask = Send a code to ··{ $hint }
phone-wrong = This is not a number with its country, such as +47 400 00 000.
phone-not-allowed = Codes are not sent to such numbers. Ask who decides about staff.
sms-too-many = Too many codes were sent. Try again in { $minutes } min.
sms-code = { $code } is your code for { $shop }. Give it to nobody.
field-sms-prefixes = Beginnings of numbers such as +47 +46, at most 20.
flash-sms-sent = The code is on its way. It is good for five minutes.
flash-sms-too-many = Too many codes were sent. Wait a moment, or use another way.
flash-phone-added = The number is confirmed.
flash-phone-removed = The number is removed.
security-sms = Codes by text message to numbers that begin with
security-sms-hint = For example +47 +46. Leave it empty and none are sent. Each message costs money, and messages can be read on their way.
