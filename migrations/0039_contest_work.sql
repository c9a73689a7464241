-- What staff do about a contest: a note beside the evidence, or giving it up. And whether the provider takes earlier payments of the
-- same buyer as evidence.
set lock_timeout = '5s';

alter table bilten.disputes
    add column note text not null default '' check (length(note) <= 4000),
    add column conceded_at timestamptz,
    add column conceded_by text,
    add column takes_history boolean not null default false;
comment on column bilten.disputes.note is 'What staff add to the evidence, until it is handed in.';
comment on column bilten.disputes.conceded_at is 'When somebody gave it up.';
comment on column bilten.disputes.takes_history is 'The provider said that earlier payments of the same buyer count as evidence.';
