package demo
import ("testing";"context";"os";"time";"fmt";"runtime/pprof")
func TestScratch(t *testing.T){
 size:=DefaultSize()
 fmt.Sscan(os.Getenv("DEMO_SIZE"),&size.Practices,&size.Months)
 if d:=os.Getenv("DEMO_ASOF");d!=""{size.AsOf,_=time.Parse("2006-01-02",d)}
 if p:=os.Getenv("DEMO_PROF");p!=""{f,_:=os.Create(p);pprof.StartCPUProfile(f);defer pprof.StopCPUProfile()}
 t0:=time.Now()
 var s Summary; var err error
 if os.Getenv("DEMO_NIGHT")!="" { s,err=Night(context.Background(),os.Getenv("RCM"),os.Getenv("PMS"))
 } else {s,err=Create(context.Background(),os.Getenv("RCM"),os.Getenv("PMS"),size,nil)}
 if err!=nil{t.Fatal(err)}
 fmt.Println(s.AsOf,time.Since(t0),s.Rows())
 if os.Getenv("DEMO_Q")==""{for _,x:=range s.Tables{fmt.Println(x.Table,x.Inserted,x.Updated,x.Deleted)}}
}
