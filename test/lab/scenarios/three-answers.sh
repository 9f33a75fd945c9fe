# shellcheck shell=bash
# Two access points that have nothing but what LuCI's assistant makes of three answers on each: a phone roams between them.

KEY=6f1d0c9ab2e84573a1c4d5e6f7089b2a

access_point ap1 network 10.1.0.0/24 band 2.4 wan 10.255.1.2
access_point ap2 network 10.2.0.0/24 band 5 wan 10.255.2.2
correspondent cn 10.255.3.2
station phone address 10.1.0.77/24 gateway 10.1.0.1

reads_well() { grep -q 'no option of it is wrong' < <(on "$1" pmip check); }

step "each access point is answered as the other one's assistant says, with the key of the first"
start_network
answer ap1 10.1.0.1/24 10.255.1.2/24 10.255.2.2 10.2.0.0/24 "$KEY"
answer ap2 10.2.0.1/24 10.255.2.2/24 10.255.1.2 10.1.0.0/24 "$KEY"
for box in ap1 ap2; do
  start_netifd "$box" <<<'{"radio0": {"up": true, "interfaces": [{"section": "wifi", "ifname": "phy0-ap0"}]}}'
  expect "the configuration of $box reads well" reads_well "$box"
  start_pmip "$box"
done

step "a phone joins at home and walks to the other access point"
associate phone ap1
ping_begin phone cn
pause 2
roam phone ap2
wait_until 60 has_row ap1 bindings 10.1.0.77
wait_until 60 pmip_says ap2 "10.1.0.77 is registered for 600 s"
say "its home agent has a binding, and the other access point has registered it"
result "three answers on each access point are enough"
