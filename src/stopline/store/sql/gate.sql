-- name: read_gate_protocol
-- How the gate of this installation is kept.
select value from installation where name = 'gate_protocol';
