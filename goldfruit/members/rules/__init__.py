"""Rules of members (会员): who may join, who may do what, and what stays hidden."""
