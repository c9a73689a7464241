//! Lists and searches. What an index answers is asked of it; anything else is decided on the resources themselves, as long as
//! there are not too many of them.

use std::{cmp::Ordering, collections::BTreeMap};

use bilten_kernel::{ScimGroupId, ScimUserId};
use bilten_tenancy::{DbError, TenantTx};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Kind,
    document::Document,
    fault::{Fault, ScimError},
    filter::{Filter, Names, parse},
    group::Group,
    schema::{Found, Model, Target, Type},
    shape::Shape,
    store,
    text::fold,
    user::User,
};

/// Resources of one answer at most.
pub const MAX_COUNT: i64 = 200;
/// Resources of one answer unless the request says otherwise.
const DEFAULT_COUNT: i64 = 100;
/// Resources that are looked at one by one for a filter or an order that no index answers.
const MAX_SCANNED: i64 = 20_000;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Condition.
    pub filter: Option<String>,
    /// Attribute that orders.
    pub sort_by: Option<String>,
    /// The other way round.
    pub is_descending: bool,
    /// Number of the first that is wanted, from 1.
    pub start: Option<i64>,
    /// How many are wanted.
    pub count: Option<i64>,
    /// Attributes that are wanted.
    pub only: Vec<String>,
    /// Attributes that are not.
    pub without: Vec<String>,
}

/// A part of a list.
#[derive(Debug)]
pub struct Page {
    /// How many there are in all.
    pub total: i64,
    /// Number of the first.
    pub start: i64,
    /// Resources.
    pub resources: Vec<Value>,
}

impl Query {
    fn span(&self) -> (i64, i64) {
        let start = self.start.unwrap_or(1).max(1);
        let count = self.count.unwrap_or(DEFAULT_COUNT).clamp(0, MAX_COUNT);
        (start, count)
    }
}

struct Order {
    by: Target,
    is_descending: bool,
}

pub(super) async fn list(tx: &mut TenantTx, kind: Kind, query: &Query, base: &str) -> Result<Page, ScimError> {
    let model = kind.model();
    let shape = Shape::read(model, &query.only, &query.without)?;
    let filter = match query.filter.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => Some(parse(text, Names::Model(model))?),
    };
    let order = order(model, query)?;
    let (start, count) = query.span();
    let reading = Reading { shape: &shape, base };
    // What an index answers in order: everything, or what is linked with one of the other kind.
    let link = match &filter {
        None => Some(None),
        Some(filter) if filter.is_bare() => filter.wanted(kind.link()).map(Some),
        Some(_) => None,
    };
    if let (None, Some(link)) = (&order, link) {
        let (total, list) = page(tx, kind, link, (start, count)).await?;
        let all = reading.resources(tx, list, false).await?;
        let resources = all.into_iter().map(|resource| shape.cut(resource)).collect();
        return Ok(Page {
            total,
            start,
            resources,
        });
    }
    let list = candidates(tx, kind, filter.as_ref()).await?;
    let wants_links = filter.as_ref().is_some_and(|filter| filter.names(kind.link()));
    let mut found = reading.resources(tx, list, wants_links).await?;
    if let Some(filter) = &filter {
        found.retain(|resource| filter.fits(&Value::Object(resource.clone())));
    }
    if let Some(order) = &order {
        found.sort_by(|one, other| order.compare(one, other));
    }
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let taken = usize::try_from(count).unwrap_or(0);
    let wanted = found.into_iter().skip(skipped).take(taken);
    let resources = wanted.map(|resource| shape.cut(resource)).collect();
    Ok(Page {
        total,
        start,
        resources,
    })
}

/// Rows of one kind.
enum Rows {
    Users(Vec<User>),
    Groups(Vec<Group>),
}

/// A part of all of them, or of those that are linked with one of the other kind.
async fn page(
    tx: &mut TenantTx,
    kind: Kind,
    link: Option<&str>,
    (start, count): (i64, i64),
) -> Result<(i64, Rows), DbError> {
    let span = (count, start - 1);
    match (kind, link) {
        (Kind::User, None) => Ok((
            store::users::count(tx).await?,
            Rows::Users(store::users::page(tx, None, span).await?),
        )),
        (Kind::User, Some(group)) => {
            let Ok(group) = group.parse::<ScimGroupId>() else {
                return Ok((0, Rows::Users(Vec::new())));
            };
            let total = store::members::count(tx, group).await?;
            Ok((total, Rows::Users(store::users::page(tx, Some(group), span).await?)))
        }
        (Kind::Group, None) => {
            let total = store::groups::count(tx).await?;
            Ok((total, Rows::Groups(store::groups::page(tx, None, span).await?)))
        }
        (Kind::Group, Some(user)) => {
            let Ok(user) = user.parse::<ScimUserId>() else {
                return Ok((0, Rows::Groups(Vec::new())));
            };
            let all = store::groups::page(tx, Some(user), (MAX_SCANNED, 0)).await?;
            let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
            let skipped = usize::try_from(start - 1).unwrap_or(usize::MAX);
            let taken = usize::try_from(count).unwrap_or(0);
            Ok((total, Rows::Groups(all.into_iter().skip(skipped).take(taken).collect())))
        }
    }
}

/// Everything that a filter can fit.
async fn candidates(tx: &mut TenantTx, kind: Kind, filter: Option<&Filter>) -> Result<Rows, ScimError> {
    let wanted = |name: &str| filter.and_then(|filter| filter.wanted(name));
    let too_many =
        || Fault::too_many("The filter or the order would look at too many; ask by userName, externalId or id.");
    let limit = MAX_SCANNED + 1;
    match kind {
        Kind::User => {
            let users = if let Some(id) = wanted("id") {
                let id = id.parse::<ScimUserId>().ok();
                match id {
                    Some(id) => store::users::find(tx, id).await?.into_iter().collect(),
                    None => Vec::new(),
                }
            } else if let Some(name) = wanted("userName") {
                store::users::find_by_name(tx, &fold(name)).await?
            } else if let Some(id) = wanted("externalId") {
                store::users::find_by_external(tx, id, limit).await?
            } else if let Some(group) = wanted("groups") {
                match group.parse::<ScimGroupId>() {
                    Ok(group) => store::users::page(tx, Some(group), (limit, 0)).await?,
                    Err(_) => Vec::new(),
                }
            } else {
                store::users::page(tx, None, (limit, 0)).await?
            };
            if i64::try_from(users.len()).unwrap_or(i64::MAX) > MAX_SCANNED {
                return Err(too_many().into());
            }
            Ok(Rows::Users(users))
        }
        Kind::Group => {
            let groups = if let Some(id) = wanted("id") {
                match id.parse::<ScimGroupId>() {
                    Ok(id) => store::groups::find(tx, id).await?.into_iter().collect(),
                    Err(_) => Vec::new(),
                }
            } else if let Some(name) = wanted("displayName") {
                store::groups::find_by_name(tx, &fold(name), limit).await?
            } else if let Some(user) = wanted("members") {
                match user.parse::<ScimUserId>() {
                    Ok(user) => store::groups::page(tx, Some(user), (limit, 0)).await?,
                    Err(_) => Vec::new(),
                }
            } else if filter.is_some_and(|filter| filter.names("members")) {
                return Err(Fault::filter("Members are asked for by eq, joined to other conditions by and.").into());
            } else {
                store::groups::page(tx, None, (limit, 0)).await?
            };
            if i64::try_from(groups.len()).unwrap_or(i64::MAX) > MAX_SCANNED {
                return Err(too_many().into());
            }
            Ok(Rows::Groups(groups))
        }
    }
}

struct Reading<'a> {
    shape: &'a Shape,
    base: &'a str,
}

impl Reading<'_> {
    async fn resources(&self, tx: &mut TenantTx, rows: Rows, wants_links: bool) -> Result<Vec<Document>, DbError> {
        match rows {
            Rows::Users(users) => {
                let mut of: BTreeMap<ScimUserId, Vec<(ScimGroupId, String)>> = BTreeMap::new();
                if wants_links || self.shape.wants("groups") {
                    let ids: Vec<Uuid> = users.iter().map(|user| user.id.uuid()).collect();
                    for (user, group, name) in store::members::groups_of(tx, &ids).await? {
                        of.entry(user).or_default().push((group, name));
                    }
                }
                let groups = |user: &User| of.get(&user.id).map_or(&[][..], Vec::as_slice);
                Ok(users
                    .iter()
                    .map(|user| user.resource(groups(user), self.base))
                    .collect())
            }
            Rows::Groups(groups) => {
                let mut all = Vec::with_capacity(groups.len());
                for group in groups {
                    let members = if wants_links || self.shape.wants("members") {
                        Some(store::members::list(tx, group.id).await?)
                    } else {
                        None
                    };
                    all.push(group.resource(members.as_deref(), self.base));
                }
                Ok(all)
            }
        }
    }
}

fn order(model: &'static Model, query: &Query) -> Result<Option<Order>, Fault> {
    let Some(name) = query.sort_by.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let Some(Found::Attribute(mut by)) = model.find(name) else {
        return Err(Fault::path("sortBy names an attribute that there is not."));
    };
    if by.sub.is_none() && by.attribute.kind == Type::Complex {
        let main = by.attribute.main();
        by.sub = Some(main.ok_or_else(|| Fault::path("sortBy names an attribute with parts; name one of them."))?);
    }
    Ok(Some(Order {
        by,
        is_descending: query.is_descending,
    }))
}

impl Order {
    /// What has no value comes last, and first the other way round (RFC 7644 §3.4.2.3).
    fn compare(&self, one: &Document, other: &Document) -> Ordering {
        let ordering = match (self.key(one), self.key(other)) {
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        if self.is_descending {
            ordering.reverse()
        } else {
            ordering
        }
    }

    fn key(&self, resource: &Document) -> Option<String> {
        let root = match self.by.extension {
            Some(id) => resource.get(id).and_then(Value::as_object)?,
            None => resource,
        };
        let mut value = root.get(&self.by.attribute.name)?;
        if let Value::Array(items) = value {
            let is_primary = |item: &&Value| item.get("primary") == Some(&Value::Bool(true));
            value = items.iter().find(is_primary).or_else(|| items.first())?;
        }
        if let Some(sub) = self.by.sub {
            value = value.get(&sub.name)?;
        }
        Some(match value {
            Value::String(text) => fold(text),
            other => other.to_string(),
        })
    }
}
