-- The same for the practice-management system. The business date is :as_of.

create function month_end(d date) returns date immutable language sql as
    $$ select (date_trunc('month', d) + interval '1 month' - interval '1 day')::date $$;

update lead set created_on = case lead_id % 13 when 0 then date :as_of + 1 when 1 then month_end(created_on) else created_on end,
    has_contact = has_contact and lead_id % 13 <> 2, has_name = has_name and lead_id % 13 <> 3,
    referral_source_id = case lead_id % 13 when 4 then null else referral_source_id end;
update exam set recommended_on = case when recommended_on is null then null else case exam_id % 13
        when 0 then month_end(recommended_on) - 45 when 1 then month_end(recommended_on) - 44 when 2 then month_end(recommended_on)
        when 3 then date :as_of - 45 when 4 then date :as_of - 44 when 5 then date :as_of + 1
        when 6 then month_end(recommended_on) - 31 when 7 then month_end(recommended_on) - 90 else recommended_on end end,
    closed_on = case exam_id % 5 when 0 then null when 1 then month_end(closed_on) else closed_on end,
    kept_on = case exam_id % 17 when 0 then date :as_of + 1 when 1 then month_end(kept_on) else kept_on end,
    status = case exam_id % 17 when 2 then 'no_show' else status end,
    exam_type = case exam_id % 17 when 3 then 'readiness' when 4 then 'new_adult' else exam_type end;
update treatment t set start_date = e.kept_on from exam e where e.exam_id = t.exam_id and t.treatment_id % 7 = 0;
update treatment set start_date = case when start_date is null then null else case treatment_id % 11
        when 0 then date :as_of + 1 when 1 then month_end(start_date) when 2 then date :as_of else start_date end end,
    category = case treatment_id % 11 when 3 then 'phase2' else category end,
    debond_date = case when debond_date is null then null else case treatment_id % 11
        when 4 then date '0001-01-01' when 5 then date :as_of + 1 when 6 then month_end(debond_date) else debond_date end end,
    end_date = case treatment_id % 11 when 7 then month_end(end_date) else end_date end,
    exam_id = case treatment_id % 11 when 8 then null else exam_id end;
-- Estimates revised on a month's last day, to that day, and twice on one day.
update treatment_edc_revision set revised_on = case when revision_id % 5 in (0, 1) then month_end(revised_on) else revised_on end,
    edc = case revision_id % 5 when 1 then month_end(edc) when 2 then edc - 200 else edc end;
insert into treatment_edc_revision select 4000000000000000000 + revision_id, practice_id, treatment_id, revised_on, edc - 300, reason, created_at
from treatment_edc_revision where revision_id % 3 = 0;
update status_history set to_date = month_end((to_date - interval '1 month')::date)
where to_date is not null and month_end((to_date - interval '1 month')::date) > from_date and history_id % 3 = 0;
-- Appointments entered again, with another outcome.
insert into appointment select 4000000000000000000 + appointment_id, practice_id, location_id, patient_id, provider_id, treatment_id, appt_type,
    is_new_exam, is_start, is_debond, is_recall, is_retention, is_repair, scheduled_start, minutes,
    case when appointment_id % 2 = 0 then 'no_show' else 'completed' end::appointment_status, status_at, booked_at, updated_at
from appointment where appointment_id % 5 = 0;
update appointment set status = 'completed' where appointment_id % 7 = 0 and scheduled_start::date > date :as_of;
update appointment set scheduled_start = (month_end(scheduled_start::date) + interval '23 hours 59 minutes') where appointment_id % 23 = 1;
-- Exams moved to the edges of a schedule, and starts to those of a cohort.
update exam set scheduled_on = case exam_id % 19 when 0 then date :as_of + 1 when 1 then date :as_of when 2 then month_end(scheduled_on) else scheduled_on end,
    status = case exam_id % 19 when 3 then 'cancelled' when 4 then 'scheduled' else status end,
    outcome = case exam_id % 19 when 5 then 'observation' else outcome end,
    lead_id = case exam_id % 19 when 6 then null when 7 then -1 else lead_id end;
update treatment t set start_date = e.kept_on + case t.treatment_id % 13 when 1 then 30 when 2 then 31 when 3 then 90 when 4 then 91 when 5 then 180 else 181 end,
    start_origin = case t.treatment_id % 13 when 6 then 'observation' else start_origin end
from exam e where e.exam_id = t.exam_id and t.treatment_id % 13 between 1 and 6 and t.start_date is not null and e.kept_on is not null;
update treatment set band_date = case treatment_id % 9 when 0 then null when 1 then date '0001-01-01' when 2 then debond_date when 3 then debond_date + 1 else band_date end,
    original_edc = case treatment_id % 9 when 4 then null when 5 then band_date when 6 then month_end(original_edc) else original_edc end;
-- Appointments cancelled a day before, to the second, and around midnight.
update appointment set status = 'cancelled', status_at = (scheduled_start at time zone 'America/Denver') - interval '24 hours' + (appointment_id % 3 - 1) * interval '1 second'
where appointment_id % 29 = 2 and status <> 'changed';
update appointment set status_at = (month_end(status_at::date) + interval '29 hours') at time zone 'UTC',
    booked_at = (month_end(booked_at::date) + interval '31 hours') at time zone 'UTC' where appointment_id % 29 = 3;
update appointment set treatment_id = null where appointment_id % 29 = 4;
-- Visits on the day a treatment begins and ends, and 84 days before the end of a month.
update appointment set scheduled_start = month_end(scheduled_start::date) - 84 + interval '9 hours' where appointment_id % 31 = 5 and status in ('completed', 'walk_in');
update status_history set status = 'retention' where history_id % 17 = 0 and status = 'closed';
