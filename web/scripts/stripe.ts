// All that runs on the pay page beside Stripe's own script; a guard holds it against docs/script-inventory.md.
import "./elements/hold-countdown";
import "./elements/stripe-payment";
