select l.practice_id, l.created_on as day, l.location_id, r.category as referral_category, l.age_group,
    1 as numerator
from pms.lead l
left join pms.referral_source r on r.referral_source_id = l.referral_source_id
where l.has_name and l.has_contact and l.referral_source_id is not null
    and l.created_on <= $1::date
