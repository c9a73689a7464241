//! Reads the orders of many requests, with their tickets, with a few statements.

use std::collections::HashMap;

use async_trait::async_trait;
use bilten_kernel::{OrderId, TenantId};
use bilten_tenancy::{
    Db, DbError,
    groups::{GroupLimits, Groups, Refused, Serve},
};

use super::{Order, store::many};
use crate::tickets::{self, Ticket};

/// Reads orders with their tickets. Requests of one tenant that come at the same moment are answered by one read, which
/// begins after each of them came. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct OrderReader {
    groups: Groups<Orders>,
}

/// Serves groups of readers.
struct Orders {
    db: Db,
}

impl OrderReader {
    /// Makes a reader on a database.
    pub fn new(db: Db, limits: GroupLimits) -> Self {
        let turnstile = db.turnstile().clone();
        Self {
            groups: Groups::new(Orders { db }, limits, turnstile),
        }
    }

    /// Reads an order and its tickets, in the order of its lines.
    ///
    /// # Errors
    /// The database refused, or too many ask at once.
    pub async fn find(&self, tenant: TenantId, id: OrderId) -> Result<Option<(Order, Vec<Ticket>)>, Refused> {
        self.groups.ask(tenant, id).await
    }
}

#[async_trait]
impl Serve for Orders {
    type Lane = TenantId;
    type Ask = OrderId;
    type Answer = Option<(Order, Vec<Ticket>)>;

    const NAME: &'static str = "orders";

    fn tenant(tenant: TenantId) -> TenantId {
        tenant
    }

    async fn serve(&self, tenant: TenantId, asks: &[OrderId]) -> Result<Vec<Self::Answer>, DbError> {
        let mut tx = self.db.begin_in(tenant).await?;
        let orders = many::find_many(&mut tx, asks).await?;
        let tickets = tickets::list_for_orders(&mut tx, asks).await?;
        tx.commit().await?;
        let mut found: HashMap<OrderId, (Order, Vec<Ticket>)> = orders
            .into_iter()
            .map(|order| (order.id, (order, Vec::new())))
            .collect();
        for ticket in tickets {
            if let Some((_, list)) = found.get_mut(&ticket.order) {
                list.push(ticket);
            }
        }
        // Two requests may ask for the same order.
        Ok(asks.iter().map(|id| found.get(id).cloned()).collect())
    }
}
