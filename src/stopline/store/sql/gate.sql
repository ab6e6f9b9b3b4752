-- name: list_gate_conditions
-- How the gate of this installation is kept, and what keeps it shut: some small rows.
select name, value from installation
where name = 'gate_protocol' or (name > 'behind_journal:' and name < 'behind_journal;');
