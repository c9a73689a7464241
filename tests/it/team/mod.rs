//! Who may do what: roles, grants, invitations, keys, and everything by which somebody could help himself to more.

mod escalation;
mod grants;
mod invitations;
mod keys;
mod leaks;
mod nodes;
mod pages;

use bilten_kernel::{AccountId, Actor, ApiScopes, Ctx, EventId, Timestamp};
use bilten_tenancy::permissions::{self, Grant, Place, Role, RoleName};
use bilten_tests::{Answer, Clerk, Shopkeeper, TestApp, Web};

/// Two shops with an event each; the tests play in the first.
struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    sor: Shopkeeper,
    event: EventId,
    foreign: EventId,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let (event, _) = web.open_sale(&nord, 20, 10_000).await;
        let (foreign, _) = web.open_sale(&sor, 20, 10_000).await;
        Self {
            event: event.parse().unwrap(),
            foreign: foreign.parse().unwrap(),
            app,
            web,
            nord,
            sor,
        }
    }

    fn ctx(&self) -> Ctx {
        self.app.ctx(&self.app.alfa).in_tenant(self.nord.id)
    }

    async fn hire(&self, role: Role) -> Clerk {
        Clerk::hire(&self.app, (self.nord.id, &self.nord.host), role, None).await
    }

    /// Somebody with one role in one place.
    async fn hire_for(&self, role: Role, place: Place, expires_at: Option<Timestamp>) -> Clerk {
        let clerk = self.hire(Role::DoorStaff).await;
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let held = permissions::list_memberships(&mut tx, clerk.account).await.unwrap();
        permissions::withdraw(&mut tx, &ctx, held[0].id).await.unwrap();
        let grant = Grant {
            role: RoleName::BuiltIn(role),
            place,
            expires_at,
        };
        permissions::give(&mut tx, &ctx, clerk.account, &grant).await.unwrap();
        tx.commit().await.unwrap();
        clerk
    }

    /// Takes every role of somebody.
    async fn demote(&self, account: AccountId) {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        for membership in permissions::list_memberships(&mut tx, account).await.unwrap() {
            permissions::withdraw(&mut tx, &ctx, membership.id).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn roles_of(&self, account: AccountId) -> Vec<String> {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let held = permissions::list_memberships(&mut tx, account).await.unwrap();
        held.iter().map(|membership| membership.role.to_string()).collect()
    }

    async fn look(&self, clerk: &Clerk, path: &str) -> Answer {
        self.web.look(clerk, path).await
    }

    async fn submit(&self, clerk: &Clerk, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.web.submit(clerk, path, fields).await
    }
}

fn as_staff(town: &Town, clerk: &Clerk) -> Ctx {
    town.ctx().with_actor(Actor::Staff(clerk.account))
}

fn member(clerk: &Clerk) -> String {
    format!("/manage/team/members/{}", clerk.account)
}

/// What the answer says on the next page.
fn flash(answer: &Answer) -> String {
    let cookies = answer.cookies();
    let found = cookies.iter().find_map(|cookie| cookie.strip_prefix("flash="));
    found
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A role of the tenant's own as a form sends it.
fn role_form<'a>(name: &'a str, permissions: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("name", name), ("step", "save")];
    fields.extend(permissions.iter().map(|permission| ("permission", *permission)));
    fields
}

/// The form is not taken, or its sender is told why not.
async fn refused(town: &Town, clerk: &Clerk, path: &str, fields: &[(&str, &str)]) {
    let answer = town.submit(clerk, path, fields).await;
    let said = flash(&answer);
    assert!(
        matches!(answer.status.as_u16(), 403 | 404 | 422) || said.starts_with("flash-refused-"),
        "{path} {fields:?}: {} {said}",
        answer.status
    );
}
