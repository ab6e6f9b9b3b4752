-- A suppression keeps everything of the consent record it took the place of but the number: what a
-- later START may lift, and how often the scope turned to denied.
alter table suppressions add column denials text not null default '[]';
alter table suppressions add column generation bigint not null default 1;
