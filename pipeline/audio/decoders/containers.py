"""The audio and video containers that may be opened, by libavformat's names for them.

Left out on purpose: playlists and scripts that name other files (hls, dash, concat, sdp …),
devices, image sequences, and headerless samples, which any text would pass for.
"""

from __future__ import annotations

READABLE_CONTAINERS = (
    "aac,aa,aax,ac3,ac4,act,aiff,amr,ape,apm,asf,asf_o,ast,au,avi,caf,dhav,dsf,dsicin,dss,dts,"
    "dtshd,dv,dxa,eac3,ea,epaf,film_cpk,flac,flv,frm,gxf,iamf,iff,ipmovie,ircam,iss,ivf,kux,"
    "live_flv,loas,lvf,lxf,matroska,webm,mlp,mov,mp3,mp4,mpc,mpc8,mpeg,mpegts,mtaf,mtv,mxf,"
    "nistsphere,nsv,nut,nuv,ogg,oma,paf,pmp,pva,pvf,qcp,qoa,r3d,rka,rl2,rm,roq,rpl,rso,sds,smk,"
    "smush,sol,sox,swf,tak,thp,truehd,tta,ty,vivo,voc,vqf,w64,wav,wavarc,wsd,wtv,wv,xa,xwma,yop"
)
"""Given as `format_whitelist`; a demuxer with several names matches by any of them."""

READABLE_PROTOCOLS = "file"
"""Given as `protocol_whitelist`: nothing from a network, whatever a file points to."""
