-- What endpoints answered to deliveries, cut to what a person reads.

alter table deliveries add column answer text;
alter table delivery_attempts add column answer text;
