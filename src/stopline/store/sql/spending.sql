-- name: find_spent
-- What an account spent on a day.
select micros, is_capped from account_spending
where bucket = :bucket and account_id = :account_id and day = :day;

-- name: set_spent
-- An account spent more, or came to its cap.
insert into account_spending (bucket, account_id, day, micros, is_capped)
values (:bucket, :account_id, :day, :micros, :is_capped)
on conflict (bucket, account_id, day) do update
set micros = excluded.micros, is_capped = excluded.is_capped;
