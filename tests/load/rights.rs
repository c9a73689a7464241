//! What asking for a permission costs, and making the policies of many tenants. No request and no database: the part that
//! each request does in memory.

use std::{hint::black_box, time::Instant};

use bilten_kernel::{AccountId, EventId, OrganizerId};
use bilten_tenancy::permissions::{Permission, Place, Policy, Role, Rules, Scope, registry};
use uuid::Uuid;

use crate::report::{Mark, Report};

/// Tenants whose policies are made.
const TENANTS: u64 = 1_000;
/// Members of each: one of each role in the whole tenant, the rest for single events.
const MEMBERS: u64 = 30;
/// Checks that are timed.
const CHECKS: u64 = 10_000_000;
/// Most that a check may take.
const MAX_NANOS: u128 = 1_000;

/// Measures both.
pub async fn rights(report: &mut Report) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut last = None;
    for tenant in 0..TENANTS {
        let policy = Policy::build(rules(tenant)).await?;
        // What is made at the first asking belongs to it.
        for member in 0..MEMBERS {
            black_box(policy.rights(account(tenant, member)));
        }
        last = Some(policy);
    }
    let spent = started.elapsed();
    let each = spent.as_micros() / u128::from(TENANTS);
    report.fact(
        "policies of 1,000 tenants, 30 members each",
        format!("{} ms, {each} µs each", spent.as_millis()),
        "",
        Mark::None,
    );
    let Some(policy) = last else { return Ok(()) };
    let rights = policy.rights(account(TENANTS - 1, MEMBERS - 1));
    let scopes = [
        Scope::Tenant,
        Scope::Organizer(OrganizerId::from_uuid(Uuid::from_u128(7))),
        Scope::Event(OrganizerId::from_uuid(Uuid::from_u128(7)), event(MEMBERS - 1)),
    ];
    let asked: Vec<(Permission, Scope)> = registry()
        .iter()
        .flat_map(|entry| scopes.iter().map(|scope| (entry.permission, *scope)))
        .collect();
    let started = Instant::now();
    let mut held = 0_u64;
    for (permission, scope) in asked.iter().cycle().take(usize::try_from(CHECKS)?) {
        held += u64::from(black_box(&rights).allows(black_box(*permission), *scope));
    }
    black_box(held);
    let nanos = started.elapsed().as_nanos() / u128::from(CHECKS);
    let mark = if nanos < MAX_NANOS { Mark::Pass } else { Mark::Fail };
    report.fact("a permission check", format!("{nanos} ns"), "below 1 µs", mark);
    Ok(())
}

fn rules(tenant: u64) -> Rules {
    let mut rules = Rules::default();
    for role in Role::ALL {
        let holds = role.permissions();
        rules.grants.extend(holds.iter().map(|p| (role.name().to_owned(), p)));
    }
    for (member, role) in (0..MEMBERS).zip(Role::ALL.into_iter().cycle()) {
        let is_first = rules.memberships.len() < Role::ALL.len();
        let place = if is_first {
            Place::Tenant
        } else {
            Place::Event(event(member))
        };
        rules
            .memberships
            .push((account(tenant, member), role.name().to_owned(), place));
    }
    rules
}

fn account(tenant: u64, member: u64) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128((u128::from(tenant) << 64) + u128::from(member) + 1))
}

fn event(number: u64) -> EventId {
    EventId::from_uuid(Uuid::from_u128(u128::from(number) + 1))
}
