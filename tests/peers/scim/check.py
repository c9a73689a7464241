"""Runs every check of scim2-tester against a server, and prints what became of them.

Usage: check.py URL TOKEN HOST DOMAIN
The checks make people with random addresses. A shop takes only people of domains that it has proved to be its own, so the
addresses lie in DOMAIN; user names are addresses too, as directories send them.
"""

import sys
import uuid
from collections import Counter

import scim2_tester.checkers.patch_add as patch_add
import scim2_tester.checkers.patch_replace as patch_replace
import scim2_tester.filling as filling
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

url, token, host, domain = sys.argv[1:]
random_value = filling.generate_random_value


def address():
    return f"{uuid.uuid4()}@{domain}"


def of_the_domain(context, path, *args, **kwargs):
    value = random_value(context, path, *args, **kwargs)
    name = str(path).lower()
    if value is not None and name.endswith("username"):
        return address()
    if value is not None and name.endswith("emails.value"):
        return [address()] if isinstance(value, list) else address()
    for item in value if isinstance(value, list) else []:
        if "email" in type(item).__name__.lower():
            item.value = address()
    return value


filling.generate_random_value = of_the_domain
patch_add.generate_random_value = of_the_domain
patch_replace.generate_random_value = of_the_domain

client = Client(base_url=url, headers={"Authorization": f"Bearer {token}", "Host": host}, timeout=30, trust_env=False)
results = check_server(SyncSCIMClient(client))
bad = [result for result in results if result.status in (Status.ERROR, Status.CRITICAL, Status.DEVIATION)]
for result in bad:
    print(result.status.name, result.title, result.resource_type, result.reason, str(result.data)[:800], file=sys.stderr)
counts = Counter(result.status.name.lower() for result in results)
kinds = len({result.title for result in results})
print(f"{len(results)} checks of {kinds} kinds:", ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
sys.exit(1 if bad else 0)
