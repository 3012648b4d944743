 DISTSTYLE EVEN COMPOUND SORTKEY ("practice_id", "posted_on");

 DISTSTYLE AUTO;

 DISTSTYLE KEY DISTKEY ("posted_on") COMPOUND SORTKEY ("posted_on");
