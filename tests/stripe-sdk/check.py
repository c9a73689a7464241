"""Holds requests against the parameter types of Stripe's own SDK: JSON lines on stdin, faults on stdout.

Each line is {"method": …, "path": …, "params": …} with parameters decoded from the form. A parameter that the SDK does not
know, a missing one, or one of another type is a fault; so is a path that is not listed here.
"""

import decimal
import importlib
import json
import re
import sys
import typing

import stripe._request_options as request_options
import typing_extensions
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import core_schema
from stripe._stripe_object import UntypedStripeObject

TYPES = [
    ("POST", r"/payment_intents", "PaymentIntentCreateParams"),
    ("POST", r"/payment_intents/\w+/confirm", "PaymentIntentConfirmParams"),
    ("POST", r"/payment_intents/\w+/cancel", "PaymentIntentCancelParams"),
    ("GET", r"/payment_intents/\w+", "PaymentIntentRetrieveParams"),
    ("POST", r"/refunds", "RefundCreateParams"),
    ("GET", r"/refunds", "RefundListParams"),
    ("POST", r"/accounts", "AccountCreateParams"),
    ("GET", r"/accounts/\w+", "AccountRetrieveParams"),
    ("POST", r"/account_links", "AccountLinkCreateParams"),
    ("POST", r"/account_sessions", "AccountSessionCreateParams"),
    ("GET", r"/events", "EventListParams"),
    ("GET", r"/balance_transactions", "BalanceTransactionListParams"),
    ("GET", r"/balance", "BalanceRetrieveParams"),
    ("GET", r"/payment_method_domains", "PaymentMethodDomainListParams"),
    ("POST", r"/payment_method_domains", "PaymentMethodDomainCreateParams"),
    ("POST", r"/payment_method_domains/\w+/validate", "PaymentMethodDomainValidateParams"),
    ("GET", r"/disputes", "DisputeListParams"),
    ("GET", r"/disputes/\w+", "DisputeRetrieveParams"),
    ("POST", r"/disputes/\w+", "DisputeUpdateParams"),
    ("POST", r"/disputes/\w+/close", "DisputeCloseParams"),
    ("GET", r"/radar/early_fraud_warnings", "EarlyFraudWarningListParams"),
    ("POST", r"/transfers", "TransferCreateParams"),
    ("GET", r"/transfers", "TransferListParams"),
    ("GET", r"/transfers/\w+", "TransferRetrieveParams"),
    ("POST", r"/payouts", "PayoutCreateParams"),
    ("GET", r"/payouts", "PayoutListParams"),
    ("GET", r"/payouts/\w+", "PayoutRetrieveParams"),
]

# Named in annotations for type checkers only.
request_options.StripeContext = typing.Any
# Free-form maps, such as metadata.
UntypedStripeObject.__get_pydantic_core_schema__ = classmethod(
    lambda cls, source, handler: core_schema.dict_schema(core_schema.str_schema())
)
# What the SDK sends as headers, and not as parameters.
HEADERS = set(request_options.RequestOptions.__annotations__) | {
    "api_key", "stripe_version", "stripe_account", "stripe_context", "max_network_retries", "idempotency_key",
    "content_type", "headers",
}
request_options.RequestOptions.__annotations__.clear()


def adapter(name):
    module_name = "_" + re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    module = importlib.import_module(f"stripe.params.{module_name}")
    for value in list(vars(module).values()):
        if typing_extensions.is_typeddict(value):
            value.__pydantic_config__ = ConfigDict(extra="forbid")
    vars(module).setdefault("Decimal", decimal.Decimal)
    params = getattr(module, name)
    for header in HEADERS:
        params.__annotations__.pop(header, None)
    built = TypeAdapter(params)
    if not built.pydantic_complete:
        built.rebuild(raise_errors=True, _types_namespace=vars(module))
    return built


def main():
    adapters, checked, faults = {}, 0, []
    for line in sys.stdin:
        request = json.loads(line)
        method, path, params = request["method"], request["path"], request["params"]
        name = next((name for m, pattern, name in TYPES if m == method and re.fullmatch(pattern, path)), None)
        if name is None:
            faults.append(f"{method} {path}: no such call is listed")
            continue
        if name not in adapters:
            adapters[name] = adapter(name)
        checked += 1
        try:
            adapters[name].validate_python(params)
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False))
            faults.append(f"{method} {path}: {told}")
    print("\n".join(faults) or f"{checked} requests, {len(adapters)} kinds")
    sys.exit(1 if faults else 0)


main()
