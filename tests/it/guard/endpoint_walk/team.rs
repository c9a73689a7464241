//! Team of the shop: two members, two invitations, a role of its own and a key.

use bilten_kernel::{
    AccountId, Actor, ApiKeyId, ApiScope, AuditStreamId, Ctx, Id, IdKind, InvitationId, MembershipId, OperatorId,
    OwnRoleId, VisitId, VisitPowers,
};
use bilten_sso::{
    api_keys,
    streams::{self, NewStream, StreamKind, Target},
    team::{self, NewInvitation},
    visits::{self, Wish},
};
use bilten_tenancy::TenantTx;
use bilten_tenancy::permissions::{self, Grant, Permission, Place, Role, RoleName, RoleWish};
use bilten_tests::{Clerk, TestApp, Web, db};

use super::directory::Directory;

/// What the routes of the team name.
pub struct Team {
    account: AccountId,
    membership: MembershipId,
    invitation: InvitationId,
    token: String,
    role: OwnRoleId,
    key: ApiKeyId,
    pub directory: Directory,
    visit: VisitId,
    stream: AuditStreamId,
}

impl Team {
    pub async fn open(app: &TestApp, web: &Web, ctx: &Ctx, (host, marker): (&str, &str), owner: AccountId) -> Self {
        let hire = async || {
            Clerk::hire(app, (ctx.tenant, host), Role::DoorStaff, None)
                .await
                .account
        };
        let (account, other) = (hire().await, hire().await);
        let mut admin = app.test_db.admin().await;
        for member in [account, other] {
            db::run(
                &mut admin,
                &format!(
                    "update bilten.accounts set name = '{marker}' where id = '{}'",
                    member.uuid()
                ),
            )
            .await;
        }
        let ctx = ctx.clone().with_actor(Actor::Staff(owner));
        let mut tx = web.state.db.begin(&ctx).await.unwrap();
        let held = permissions::list_memberships(&mut tx, other).await.unwrap();
        let invitation = |n: u8| NewInvitation {
            email: format!("{marker}{n}@example.org").parse().unwrap(),
            grant: Grant {
                role: RoleName::BuiltIn(Role::Viewer),
                place: Place::Tenant,
                expires_at: None,
            },
        };
        let first = team::invite(&mut tx, &ctx, &invitation(1)).await.unwrap();
        let second = team::invite(&mut tx, &ctx, &invitation(2)).await.unwrap();
        let wish = RoleWish {
            name: marker.to_owned(),
            permissions: [Permission::EventRead].into_iter().collect(),
        };
        let role = permissions::save_own_role(&mut tx, &ctx, None, &wish).await.unwrap();
        let scopes = [ApiScope::EventsRead].into_iter().collect();
        let stream = stream_to(web, &mut tx, &ctx, marker).await;
        let visit = ask_to_visit(&mut tx, &ctx, marker).await;
        let (key, _) = api_keys::create(&mut tx, &ctx, marker, scopes).await.unwrap();
        tx.commit().await.unwrap();
        let directory = Directory::open(web, &ctx, marker).await;
        Self {
            account,
            membership: held[0].id,
            invitation: first,
            token: web.state.links.invitation(ctx.tenant, second),
            role,
            key: key.id,
            directory,
            visit,
            stream: stream.id,
        }
    }

    pub fn own(&self, name: &str, kind: Option<&str>) -> Option<String> {
        Some(match (name, kind) {
            (_, Some("account")) => self.account.to_string(),
            (_, Some("membership")) => self.membership.to_string(),
            (_, Some("invitation")) => self.invitation.to_string(),
            (_, Some("own_role")) => self.role.to_string(),
            (_, Some("api_key")) => self.key.to_string(),
            (_, Some("visit")) => self.visit.to_string(),
            (_, Some("audit_stream")) => self.stream.to_string(),
            ("invitation_token", None) => self.token.clone(),
            (_, kind) => return self.directory.own(kind),
        })
    }

    pub fn unknown(&self, name: &str, kind: Option<&str>) -> Option<String> {
        Some(match (name, kind) {
            (_, Some("account")) => other(self.account),
            (_, Some("membership")) => other(self.membership),
            (_, Some("invitation")) => other(self.invitation),
            (_, Some("own_role")) => other(self.role),
            (_, Some("api_key")) => other(self.key),
            (_, Some("visit")) => other(self.visit),
            (_, Some("audit_stream")) => other(self.stream),
            ("invitation_token", None) => {
                let half = self.token.len() / 2;
                format!("{}{}", &self.token[half..], &self.token[..half])
            }
            (_, kind) => return self.directory.unknown(kind),
        })
    }
}

/// A stream to a receiver that does not exist.
async fn stream_to(web: &Web, tx: &mut TenantTx, ctx: &Ctx, marker: &str) -> streams::Made {
    let services = &web.state.sso;
    let new = NewStream {
        name: marker.to_owned(),
        target: Target::parse(&services.egress, StreamKind::Https, "http://127.0.0.1:9/walk", "").unwrap(),
        after: None,
    };
    streams::create(tx, ctx, &services.stream_seal, &new).await.unwrap()
}

/// An operator who asks to be let in.
async fn ask_to_visit(tx: &mut TenantTx, ctx: &Ctx, marker: &str) -> VisitId {
    let operator = OperatorId::from_uuid(ctx.random_uuid());
    let ctx = ctx.clone().with_actor(Actor::Operator(operator));
    let wish = Wish {
        operator_name: marker.to_owned(),
        reason: format!("Look at {marker}"),
        reference: marker.to_owned(),
        minutes: 30,
        powers: VisitPowers::default(),
    };
    visits::ask(tx, &ctx, &wish).await.unwrap().0
}

fn other<K: IdKind>(id: Id<K>) -> String {
    Id::<K>::from_uuid(uuid::Uuid::from_u128(id.uuid().as_u128() ^ 0xffff_ffff)).to_string()
}

/// What the owner would send.
pub fn body(path: &str) -> Option<String> {
    Some(match path {
        "/manage/team/invitations" => "email=walk%40example.org&role=viewer&place=&until=".to_owned(),
        "/manage/team/members/{id}/roles" => "role=viewer&place=&until=".to_owned(),
        "/manage/invitations/{invitation_token}" => "name=Walk&password=walk-walk-walk".to_owned(),
        "/manage/roles/new" | "/manage/roles/{id}" => "name=Walk&permission=event.read&step=save".to_owned(),
        "/manage/api-keys" => "name=Walk&scope=events%3Aread&until=&networks=".to_owned(),
        "/manage/audit/streams" => {
            "name=Walk&kind=https&address=http%3A%2F%2F127.0.0.1%3A9%2Fwalk&ca_pem=&after=".to_owned()
        }
        "/manage/audit/streams/{id}/resumption" => "after=".to_owned(),
        "/manage/platform-access" => "mode=ask&from=&until=".to_owned(),
        "/manage/visit" => format!("code={}", "A".repeat(43)),
        "/tenants/{id}/visits" => "reason=Walk+along+the+way&reference=&minutes=30".to_owned(),
        "/manage/audit/streams/{id}/test"
        | "/manage/audit/streams/{id}/pause"
        | "/manage/audit/streams/{id}/secret"
        | "/manage/audit/streams/{id}/former-secret"
        | "/manage/audit/streams/{id}/removal"
        | "/manage/platform-access/{id}/approval"
        | "/manage/platform-access/{id}/refusal"
        | "/manage/platform-access/{id}/end"
        | "/manage/visit/end"
        | "/tenants/{id}/visits/{visit}/begin"
        | "/tenants/{id}/visits/{visit}/end"
        | "/manage/team/invitations/{id}/revocation"
        | "/manage/team/members/{id}/removal"
        | "/manage/team/roles/{id}/withdrawal"
        | "/manage/roles/{id}/removal"
        | "/manage/api-keys/{id}/rotation"
        | "/manage/api-keys/{id}/revocation" => String::new(),
        _ => return None,
    })
}
