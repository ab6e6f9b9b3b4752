-- name: read_installation
-- One thing that all processes of an installation have to agree on.
select value from installation where name = :name;

-- name: put_installation
-- The same, written.
insert into installation (name, value) values (:name, :value)
on conflict (name) do update set value = excluded.value;

-- name: delete_installation
-- The same, gone.
delete from installation where name = :name;
