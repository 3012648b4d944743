alter table service_entry add column switched_by text not null default ''; -- run ID, person ID or operator:USER; '' is not known
