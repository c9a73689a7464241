//! Team of the shop: two members, two invitations, a role of its own and a key.

use bilten_kernel::{AccountId, Actor, ApiKeyId, ApiScope, Ctx, Id, IdKind, InvitationId, MembershipId, OwnRoleId};
use bilten_sso::{
    api_keys,
    team::{self, NewInvitation},
};
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
        }
    }

    pub fn own(&self, name: &str, kind: Option<&str>) -> Option<String> {
        Some(match (name, kind) {
            (_, Some("account")) => self.account.to_string(),
            (_, Some("membership")) => self.membership.to_string(),
            (_, Some("invitation")) => self.invitation.to_string(),
            (_, Some("own_role")) => self.role.to_string(),
            (_, Some("api_key")) => self.key.to_string(),
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
            ("invitation_token", None) => {
                let half = self.token.len() / 2;
                format!("{}{}", &self.token[half..], &self.token[..half])
            }
            (_, kind) => return self.directory.unknown(kind),
        })
    }
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
        "/manage/team/invitations/{id}/revocation"
        | "/manage/team/members/{id}/removal"
        | "/manage/team/roles/{id}/withdrawal"
        | "/manage/roles/{id}/removal"
        | "/manage/api-keys/{id}/rotation"
        | "/manage/api-keys/{id}/revocation" => String::new(),
        _ => return None,
    })
}
