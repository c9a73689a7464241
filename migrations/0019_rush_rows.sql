-- Less work for each row that a rush writes (docs/adr/0016).
set lock_timeout = '5s';

-- Lines keep their ticket types by one check and one lock a statement instead of a row. Types can be deleted, while they are in no
-- line: the lock makes the deletion wait for lines that are being written, and its own check sees them then.
create function bilten.require_types() returns trigger
language plpgsql set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
    found_types bigint;
begin
    perform from bilten.ticket_types y join (select distinct f.tenant_id, f.ticket_type_id from fresh f where tg_level is not null) w
                 on w.tenant_id = y.tenant_id and w.ticket_type_id = y.id
    order by y.id for key share of y;
    get diagnostics found_types = row_count;
    if found_types <> (select count(*) from (select distinct f.tenant_id, f.ticket_type_id from fresh f) w) then
        raise exception using errcode = 'foreign_key_violation', table = tg_table_name, constraint = tg_table_name || '_ticket_types_parent',
            message = 'a row has no parent that fits';
    end if;
    return null;
end
$$;
revoke execute on function bilten.require_types() from public;

create function bilten.refuse_while_in_lines() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if exists (select from bilten.hold_lines l where l.tenant_id = old.tenant_id and l.ticket_type_id = old.id)
       or exists (select from bilten.order_lines l where l.tenant_id = old.tenant_id and l.ticket_type_id = old.id) then
        raise exception using errcode = 'foreign_key_violation', table = tg_table_name, constraint = 'lines_stay',
            message = 'a ticket type is in lines';
    end if;
    return null;
end
$$;
revoke execute on function bilten.refuse_while_in_lines() from public;

alter table bilten.hold_lines drop constraint hold_lines_tenant_id_ticket_type_id_fkey;
alter table bilten.order_lines drop constraint order_lines_tenant_id_ticket_type_id_fkey;
create trigger types after insert on bilten.hold_lines referencing new table as fresh
    for each statement execute function bilten.require_types('ticket_types', 'ticket_type_id', 'id');
create trigger types after insert on bilten.order_lines referencing new table as fresh
    for each statement execute function bilten.require_types('ticket_types', 'ticket_type_id', 'id');
create trigger types_stay before update of ticket_type_id on bilten.hold_lines
    for each row when (new.ticket_type_id is distinct from old.ticket_type_id) execute function bilten.refuse_other_parents();
create trigger types_stay before update of ticket_type_id on bilten.order_lines
    for each row when (new.ticket_type_id is distinct from old.ticket_type_id) execute function bilten.refuse_other_parents();
create trigger lines_stay after delete on bilten.ticket_types
    for each row execute function bilten.refuse_while_in_lines();
create trigger keys_stay before update of id on bilten.ticket_types
    for each row when (new.id is distinct from old.id) execute function bilten.refuse_other_parents();

-- Entries are never deleted.
alter table bilten.audit_chain drop constraint audit_chain_tenant_id_entry_id_fkey;
alter table bilten.audit_chain drop constraint audit_chain_tenant_id_fkey;
select bilten.require_parents('bilten.audit_chain', 'audit_entries', 'entry_id', 'id');

-- Rows that are changed soon after they were made, in columns without an index, stay on their page (heap-only tuples).
alter table bilten.payment_operations set (fillfactor = 60);
alter table bilten.idempotency_keys set (fillfactor = 70);

-- Attempts under way are few: the index of living attempts by order finds those of an event too.
drop index bilten.payment_attempts_live_by_event;

-- Ids sort by time: the primary key lists orders as an index by time did.
drop index bilten.orders_by_time;
drop index bilten.orders_by_event;
create index orders_of_event on bilten.orders (tenant_id, event_id, id);
