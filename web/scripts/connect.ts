// All that runs beside Stripe's pages of an account; a guard holds it against docs/script-inventory.md.
import "./elements/stripe-connect";
