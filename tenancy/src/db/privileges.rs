//! Refuses to serve with a role that row security does not bind.

use sqlx::PgPool;

use super::DbError;

/// Checks that the role of the pool is bound by row security and cannot lift it.
pub(super) async fn refuse_privileged(pool: &PgPool) -> Result<(), DbError> {
    let found = sqlx::query!(
        r#"
        select current_user::text as "role!",
               r.rolsuper as "is_superuser!", r.rolbypassrls as "bypasses!", r.rolcreaterole as "creates_roles!",
               r.rolcreatedb as "creates_databases!", r.rolreplication as "replicates!",
               exists (select from pg_roles b where (b.rolsuper or b.rolbypassrls) and b.rolname <> current_user
                       and pg_has_role(current_user, b.oid, 'member')) as "can_become_privileged!",
               exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                       where n.nspname in ('bilten', 'platform') and pg_has_role(current_user, c.relowner, 'member')) as "owns_tables!",
               coalesce(current_setting('bilten.tenant_id', true), '') <> '' as "has_pinned_tenant!"
        from pg_roles r where r.rolname = current_user
        "#
    )
    .fetch_one(pool)
    .await?;
    let faults = [
        (found.is_superuser, "it is a superuser"),
        (found.bypasses, "it bypasses row security"),
        (found.creates_roles, "it may create roles"),
        (found.creates_databases, "it may create databases"),
        (found.replicates, "it may replicate"),
        (
            found.can_become_privileged,
            "it may become a role that bypasses row security",
        ),
        (found.owns_tables, "it owns tables or is a member of their owner"),
        (found.has_pinned_tenant, "a tenant is pinned to it by a setting"),
    ];
    match faults.iter().find(|(is_so, _)| *is_so) {
        Some((_, why)) => Err(DbError::Privileged {
            role: found.role,
            why: (*why).to_owned(),
        }),
        None => Ok(()),
    }
}
