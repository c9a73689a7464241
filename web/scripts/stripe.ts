// Only on the pay page of shops that are paid with Stripe; nothing else may run there (docs/script-inventory.md).
import "./elements/stripe-payment";
