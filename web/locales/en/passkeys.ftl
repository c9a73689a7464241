# Passkeys of staff: making, using and removing them.

passkeys-title = Passkeys
passkeys-text = Your device asks for your finger, your face or its PIN, and logs you in without a password. A passkey cannot be given away or typed into a false page.
passkeys-none = None yet
passkey-name = Name of the device
passkey-name-hint = So that you know it again, such as “Work laptop”.
passkey-add = Add a passkey
passkey-script = Your browser cannot make passkeys here. Use an authenticator app, or a newer browser with scripts.
passkey-elsewhere = good at { $host }
passkey-created = Added
passkey-used = Last used
passkey-never = Never used
passkey-remove = Remove
passkey-use = Log in with a passkey
passkey-second = Use your passkey
passkey-or = or a code
passkey-failed = The device did not answer, or it was called off.
passkey-gone = This took too long, or it was answered before. Try again.
passkey-refused = This passkey was not taken. Use another way to log in, or try again.
passkey-known = This device has a passkey for you already.
flash-passkey-added = The passkey is added.
flash-passkey-removed = The passkey is removed.
