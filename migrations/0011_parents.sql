-- Foreign keys of the tables that a rush fills are checked once a statement instead of once a row (docs/adr/0016).
-- A foreign key of PostgreSQL runs a query for each row and each key, and locks the parent's row: two thirds of the time
-- that writing an order took. The parents of these tables are never deleted, and keys never change (triggers see to it), so
-- that one anti-join per statement proves the same, and more: columns that repeat what the parent says must agree with it.
set lock_timeout = '5s';

-- Checks that the rows that a statement inserted have their parents. Owner only.
-- Links come in threes: parent, columns, columns of the parent. The tenant is part of each; the first column is the key by
-- which the parent is found, the others must say the same as the parent's.
create function bilten.require_parents(child regclass, variadic links text[]) returns void
language plpgsql set search_path = pg_catalog as $$
declare
    name constant text := (select relname from pg_class where oid = child);
    checks text := '';
    keys text[] := '{}';
    key record;
begin
    for i in 1 .. array_length(links, 1) by 3 loop
        checks := checks || format(
            'if tg_nargs > 0 and exists (select from fresh f where (select true%s from bilten.%I p where p.tenant_id = f.tenant_id and p.%I = f.%I) '
            'is not true) then raise exception using errcode = ''foreign_key_violation'', table = %L, constraint = %L, '
            'message = ''a row has no parent that fits''; end if; ',
            (select coalesce(string_agg(format(' and p.%I = f.%I', theirs, ours), '') filter (where n > 1), '')
             from unnest(string_to_array(links[i + 1], ','), string_to_array(links[i + 2], ',')) with ordinality as u (ours, theirs, n)),
            links[i], split_part(links[i + 2], ',', 1), split_part(links[i + 1], ',', 1),
            name, name || '_' || links[i] || '_parent');
        keys := keys || string_to_array(links[i + 1], ',');
    end loop;
    -- A sub-select is no join: each parent is looked up by its key. The condition on tg_nargs gives the statement a
    -- parameter, without which a plan that was made for an empty table would be kept for when it is full.
    execute format(
        'create function bilten.%I() returns trigger language plpgsql set search_path = pg_catalog '
        'set plan_cache_mode = force_custom_plan as $body$ begin %s return null; end $body$',
        name || '_parents', checks);
    execute format('revoke execute on function bilten.%I() from public', name || '_parents');
    execute format(
        'create trigger parents after insert on %s referencing new table as fresh for each statement execute function bilten.%I(%s)',
        child, name || '_parents', (select string_agg(quote_literal(l), ', ' order by n) from unnest(links) with ordinality as u (l, n)));
    execute format(
        'create trigger keys_stay before update of %1$s on %2$s for each row when (%3$s) execute function bilten.refuse_other_parents()',
        (select string_agg(distinct quote_ident(k), ', ') from unnest(keys) k), child,
        (select string_agg(distinct format('new.%1$I is distinct from old.%1$I', k), ' or ') from unnest(keys) k));
end
$$;
revoke execute on function bilten.require_parents(regclass, text[]) from public;

create function bilten.refuse_other_parents() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    raise exception using errcode = 'integrity_constraint_violation', table = tg_table_name, constraint = 'keys_stay',
        message = 'a row keeps its parents';
end
$$;
revoke execute on function bilten.refuse_other_parents() from public;

-- Links to things that can be deleted stay what they were: lines to ticket types.
do $$
declare
    key record;
begin
    for key in
        select k.conrelid::regclass as child, k.conname
        from pg_constraint k join pg_class r on r.oid = k.confrelid
        where k.contype = 'f' and k.conrelid::regclass::text in (
                  'holds', 'hold_lines', 'orders', 'order_lines', 'tickets', 'payment_attempts', 'payment_operations', 'check_ins',
                  'scans', 'sandbox_payments', 'audit_entries', 'audit_unsealed', 'outbox_events', 'idempotency_keys')
              and not (k.conrelid::regclass::text in ('hold_lines', 'order_lines') and r.relname = 'ticket_types')
    loop
        execute format('alter table %s drop constraint %I', key.child, key.conname);
    end loop;
end
$$;

select bilten.require_parents('bilten.holds', 'events', 'event_id', 'id');
select bilten.require_parents('bilten.hold_lines', 'holds', 'hold_id', 'id');
select bilten.require_parents('bilten.orders', 'holds', 'hold_id,event_id', 'id,event_id');
select bilten.require_parents('bilten.order_lines', 'orders', 'order_id', 'id');
select bilten.require_parents('bilten.tickets',
    'order_lines', 'order_line_id,order_id,ticket_type_id', 'id,order_id,ticket_type_id',
    'orders', 'order_id,event_id', 'id,event_id',
    'signing_keys', 'key_id', 'key_id');
select bilten.require_parents('bilten.payment_attempts', 'orders', 'order_id,hold_id,event_id', 'id,hold_id,event_id');
select bilten.require_parents('bilten.payment_operations', 'payment_attempts', 'attempt_id', 'id');
select bilten.require_parents('bilten.check_ins', 'tickets', 'ticket_id,event_id', 'id,event_id');
select bilten.require_parents('bilten.audit_unsealed', 'audit_entries', 'entry_id', 'id');
