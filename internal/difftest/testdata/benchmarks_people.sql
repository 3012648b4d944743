-- How many people stand behind a practice's figure of a month.
with months as (select p.practice_id, m::date as month, (m + interval '1 month')::date as after
                from rcm.practice p cross join rcm.demo_clock k
                cross join generate_series(date_trunc('month', p.go_live_date), k.as_of, interval '1 month') as m)
select m.practice_id::text, m.month::text, b.metric, (case b.among
    when 'practice' then (select count(distinct h.patient_id) from pms.status_history h
        where h.practice_id = m.practice_id and h.status = 'active' and h.from_date < m.after and (h.to_date is null or h.to_date >= m.after))
    when 'started' then (select count(distinct t.patient_id) from pms.treatment t
        where t.practice_id = m.practice_id and t.start_date >= m.month and t.start_date < m.after)
    when 'exams' then (select count(distinct e.patient_id) from pms.exam e
        where e.practice_id = m.practice_id and e.status = 'kept' and e.exam_type in ('new_child', 'new_adult') and e.kept_on >= m.month and e.kept_on < m.after)
    when 'scheduled' then (select count(distinct e.patient_id) from pms.exam e
        where e.practice_id = m.practice_id and e.status in ('kept', 'no_show', 'cancelled') and e.exam_type in ('new_child', 'new_adult') and e.scheduled_on >= m.month and e.scheduled_on < m.after)
    when 'contracts' then (select count(distinct t.patient_id) from (select treatment_id, min(patient_id) as patient_id from entered_row c where c.practice_id = m.practice_id
        group by treatment_id having min(entered_on) >= m.month and min(entered_on) < m.after) t)
    when 'fees' then (select count(distinct t.patient_id) from (select treatment_id, min(patient_id) as patient_id from entered_row c where c.practice_id = m.practice_id group by treatment_id
        having bool_and(original_fee_known) and min(entered_on) >= m.month and min(entered_on) < m.after) t)
    when 'appointments' then (select count(distinct a.patient_id) from appointment_once a
        where a.practice_id = m.practice_id and a.status in ('completed', 'no_show') and a.scheduled_start >= m.month and a.scheduled_start < m.after)
    when 'adjudications' then (select count(distinct c.patient_id) from rcm.remittance_line r join rcm.claim c using (claim_id)
        where c.practice_id = m.practice_id and c.kind <> 'predetermination' and r.clp02 in ('1', '2', '3') and r.posted_on >= m.month and r.posted_on < m.after)
    when 'payments' then (select count(distinct c.patient_id) from (select c.patient_id from rcm.claim c join rcm.remittance_line r using (claim_id)
        where c.practice_id = m.practice_id and c.kind <> 'predetermination' and c.submitted_on is not null and r.paid > 0
        group by c.patient_id, c.claim_id having min(r.posted_on) >= m.month and min(r.posted_on) < m.after) c)
    end)::text
from months m
cross join (values ('starts', 'started'), ('net_production', 'practice'), ('net_collections', 'practice'), ('collection_rate', 'practice'),
    ('patient_delinquency_rate', 'practice'), ('over_edc_rate', 'practice'), ('case_acceptance', 'exams'), ('kept_exam_rate', 'scheduled'), ('same_day_start_rate_of_exams', 'exams'),
    ('average_contract_fee_net', 'fees'), ('paid_in_full_rate', 'contracts'), ('no_show_rate', 'appointments'), ('denial_rate', 'adjudications'),
    ('days_to_payment_median', 'payments')) as b (metric, among)
