-- Parts of long texts whose other parts are still to come. A part is acknowledged to its carrier
-- only after it lies here.
create table inbound_parts (
    bucket smallint not null,
    source text not null,
    destination text not null,
    carrier text not null,
    -- reference and total: parts with another total belong to another text
    chain text not null,
    number smallint not null,
    total smallint not null,
    -- JSON: it may end in half a character
    body text not null,
    -- what the bytes mean in other encodings, JSON, opaque to SQL
    readings text not null,
    -- hexadecimal
    raw_text text not null,
    session text not null,
    received_ms bigint not null,
    carrier_ms bigint,
    primary key (bucket, source, destination, carrier, chain, number)
);

create index inbound_parts_by_age on inbound_parts (bucket, received_ms);
